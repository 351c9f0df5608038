"""One command that starts Arbitration's demo and the shop beside it, connected to each other, on this machine.

    python beside_demo.py

Keys, databases and mails lie in the folder beside-demo/ here; delete it to begin anew.
"""

import base64
import json
import os
import secrets
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from shutil import which

from joserfc.jwk import OKPKey

HERE = Path(__file__).parent
FOLDER = Path(os.environ.get("BESIDE_DEMO_FOLDER", HERE / "beside-demo"))
DEMO_PORT, SHOP_PORT = 8000, 5001


def main() -> None:
    program = which("arbitration", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if program is None:
        sys.exit("Install Arbitration in this environment first: pip install .  (in the folder above examples/)")
    FOLDER.mkdir(mode=0o700, exist_ok=True)
    kept = keys()
    env = os.environ | {"ARBITRATION_INSTANCE": str(FOLDER / "arbitration"), "PYTHONUNBUFFERED": "1"}
    subprocess.run([program, "demo", "--no-serve", "--port", str(DEMO_PORT)], env=env, check=True)
    token = (FOLDER / "token").read_text("utf-8") if (FOLDER / "token").exists() else new_token(program, env)
    connected = env | {
        "ARBITRATION_HANDOVER_KEY": kept["public"],
        "ARBITRATION_GATEWAY_URL": f"http://127.0.0.1:{SHOP_PORT}/arbitration/refunds",
        "ARBITRATION_GATEWAY_SECRET": kept["gateway_secret"],
    }
    shop = os.environ | {
        "SHOP_DATABASE": str(FOLDER / "shop.sqlite3"),
        "SHOP_ARBITRATION_URL": f"http://127.0.0.1:{DEMO_PORT}",
        "SHOP_ARBITRATION_TOKEN": token,
        "SHOP_HANDOVER_KEY_FILE": str(FOLDER / "handover.pem"),
        "SHOP_GATEWAY_SECRET": kept["gateway_secret"],
        "SHOP_SECRET_KEY": kept["shop_secret"],
    }
    run(
        ([program, "demo", "--port", str(DEMO_PORT)], connected),
        ([sys.executable, "-m", "shop", "--port", str(SHOP_PORT)], shop),
    )


def keys() -> dict[str, str]:
    """The secrets that connect the two, made once."""
    file = FOLDER / "keys.json"
    if not file.exists():
        key = OKPKey.generate_key("Ed25519")
        write(FOLDER / "handover.pem", key.as_pem(private=True).decode())
        made = {
            "public": key.as_pem(private=False).decode(),
            "gateway_secret": "whsec_" + base64.b64encode(secrets.token_bytes(32)).decode(),
            "shop_secret": secrets.token_hex(32),
        }
        write(file, json.dumps(made))
    found: dict[str, str] = json.loads(file.read_text("utf-8"))
    return found


def new_token(program: str, env: dict[str, str]) -> str:
    """An operator's token, with which the shop tells of its purchases."""
    command = [program, "token", "new", "--role", "operator", "--email", "shop@corner.example"]
    token = subprocess.run(command, env=env, check=True, capture_output=True, text=True).stdout.strip()
    write(FOLDER / "token", token)
    return token


def write(file: Path, text: str) -> None:
    """Keep a secret for this user alone."""
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text)


def run(*commands: tuple[list[str], dict[str, str]]) -> None:
    """Run them side by side until one ends or somebody presses Ctrl-C; then end the others."""
    running = [subprocess.Popen(command, env=env, cwd=HERE) for command, env in commands]
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        while all(process.poll() is None for process in running):
            with suppress(subprocess.TimeoutExpired):
                running[0].wait(0.5)
    except KeyboardInterrupt:
        pass
    finally:
        for process in running:
            process.terminate()
        for process in running:
            process.wait()


if __name__ == "__main__":
    main()
