"""Les indicateurs du travail : des heures pour un objectif, ou distribuées (§ 2.3 b)."""
