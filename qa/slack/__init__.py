"""The same cited answers in a team's Slack: what it sends is kept, answered through the one queue, and posted."""
