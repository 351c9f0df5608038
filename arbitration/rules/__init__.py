"""The warranty engine: what a buyer may demand, and why. Pure: no clock, no locale, no file but the packaged policy."""
