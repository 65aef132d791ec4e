"""AQM Joe: Hardy's paradox with favourite colours and foods."""
