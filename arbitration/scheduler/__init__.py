"""What happens by itself: mails that are due, and tidying up. The rows are the truth; the clock only ticks."""
