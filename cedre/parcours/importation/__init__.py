"""L'import de personnes depuis un tableau : colonnes attendues, rapprochement avec les dossiers, écriture, rapport."""
