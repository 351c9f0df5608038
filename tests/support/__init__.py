"""What tests stand on: databases, a made-up shop, a browser. Nothing here asserts."""
