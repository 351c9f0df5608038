"""What a finger meets on a page: how large each thing to press really is, whatever its style sheet says."""

from tests.support.browser import Page

SMALL = r"""
() => {
  const THINGS = "a[href], button, input:not([type=hidden]), select, textarea, summary";
  const CHOICES = "input[type=checkbox], input[type=radio]"; // their labels can be pressed as well
  const meets = (thing, x, y) => {
    const there = document.elementFromPoint(x, y);
    return there !== null && (thing.contains(there) || there.closest("label")?.control === thing);
  };
  const reach = (thing, x, y, dx, dy) => {
    let far = 0;
    while (far < 22 && meets(thing, x + dx * (far + 0.5), y + dy * (far + 0.5))) far += 0.5;
    return far;
  };
  // Among words, a link is as high as their line: the exception that WCAG 2.5.8 makes.
  const amongWords = (thing) => {
    let block = thing;
    while (getComputedStyle(block).display === "inline") block = block.parentElement;
    return block !== thing && block.innerText.trim().length > thing.innerText.trim().length;
  };
  const small = [];
  for (const thing of document.querySelectorAll(THINGS)) {
    const heardOnly = thing.getBoundingClientRect().width <= 1 || thing.matches(".skip-link, [aria-hidden=true]");
    const shown = thing.checkVisibility({ visibilityProperty: true });
    if (heardOnly || thing.disabled || !shown || amongWords(thing)) continue;
    thing.scrollIntoView({ block: "center", inline: "nearest", behavior: "instant" });
    const box = thing.getClientRects()[0];
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const height = reach(thing, x, y, 0, 1) + reach(thing, x, y, 0, -1);
    const width = reach(thing, x, y, 1, 0) + reach(thing, x, y, -1, 0);
    const least = thing.matches(CHOICES) ? 24 : 42; // 44 but for what rounding takes at the edges
    const named = thing.innerText || thing.name || thing.ariaLabel;
    if (height < least || width < 24) small.push(`${named}: ${width} x ${height}`);
  }
  return small;
}
"""


def too_small(page: Page) -> list[str]:
    """What can be pressed on the page, with all that unfolds unfolded, and is lower than 44 px or narrower than 24.

    Links among words, and what only those meet who hear the page, are left out.
    """
    page.evaluate("() => document.querySelectorAll('details').forEach((each) => { each.open = true })")
    return page.evaluate(SMALL)
