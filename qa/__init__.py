"""Questions in, verified citations out, and the front ends that show them."""
