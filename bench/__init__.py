"""Les mesures de Cèdre : « make bench ». Rien ici n'est un essai ; on y lit des temps, on ne les exige pas."""
