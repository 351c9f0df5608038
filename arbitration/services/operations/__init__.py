"""What operators look at: lists of everything that an installation holds, and the numbers made of them."""
