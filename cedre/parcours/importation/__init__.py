"""Du tableau aux dossiers : colonnes attendues, dossiers reconnus, écriture, rapport. Les gestes sont dans operations."""
