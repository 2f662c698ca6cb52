"""Evaluation of cited answers, ours or anybody's: dataset -> responses -> cases -> metrics -> report -> gate."""
