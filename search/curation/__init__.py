"""What people add to search: words that mean the same, answers that were chosen, weights; and what they see of it."""
