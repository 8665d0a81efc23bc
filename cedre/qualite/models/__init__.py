"""Le système qualité d'une structure : son manuel, ses procédures, ce qu'elle apprend et améliore."""
