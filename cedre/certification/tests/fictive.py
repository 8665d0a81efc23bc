"""Une édition d'essai, que chaque essai change à sa guise."""

FICTIVE = """
format: cedre-referentiel/1
lignee: fictive
code: essai
titre: Édition d’essai
texte: complet
en_vigueur: {du: 2020-01-01}
source: cet essai
echelle: conformite
parametres:
  moitie: {libelle: Nombre, unite: personnes, valeurs: [{du: 2020-01-01, valeur: 2, reference: § 1}]}
lectures:
  douteuse: {question: "Faut-il ?", reference: § 1}
chapitres:
  - code: "1"
    titre: Un
    but: Essayer
    objectifs: []
    moyens: []
    specifications:
      - code: 1a
        paragraphe: § 1 a
        texte: Une exigence
        dispositions: [{types: [AI, ETTI, EI, ACI], regle: exhaustif}]
        points:
          - {code: 1a, nature: exigence, preuves: [{indicateur: delai_annonce}]}
          - {code: 1a-1, nature: latitude, texte: Au choix}
"""
