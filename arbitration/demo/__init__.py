"""The demo: made-up purchases and correspondences, played through the services that the pages use."""
