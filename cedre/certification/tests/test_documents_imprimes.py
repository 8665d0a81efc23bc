"""Sur un document imprimé de la certification, chaque libellé est suivi de ce qu'il annonce (AME-4, CER-6)."""

from cedre.tests.imprime import lire

STRUCTURE = dict.fromkeys(("adresse", "code_postal", "commune", "telephone", "courriel"), "") | {"nom": "Structure"}
COMMUN = {"structure": STRUCTURE, "etabli_le": "2031-01-09"}


def suivre(texte: str, *dits: str) -> None:
    """Chacun de ces mots se lit après le précédent."""
    rang = 0
    for dit in dits:
        trouve = texte.find(dit.casefold(), rang)
        assert trouve >= 0, f"« {dit} » ne se lit pas après « {texte[max(rang - 40, 0) : rang]} »"
        rang = trouve + len(dit)


def test_le_rapport_d_audit_dit_qui_audite_qui_repond_et_range_chaque_constat_sous_sa_nature():
    mesure = {"libelle": "Délai annoncé", "mesure": "3 sur 4", "regle": "Tous.", "lectures": ["Faut-il ? Retenu : oui."]}
    constats = [{"point": "1b", "nature": "Force", "texte": "Bel accueil"}]
    specification = {"code": "1b", "texte": "Recevoir", "verdict": "À constater", "constats": constats, "rien": False}
    donnees = COMMUN | {
        "titre": "Audit croisé",
        "edition": "Édition d’essai",
        "auditeur": "Ada Brun",
        "structure_auditrice": "Ailleurs",
        "audite": "Zoé Cros",
        "mene_le": "2031-02-03",
        "synthese": "Belle équipe",
        "natures": [{"libelle": "Forces", "constats": constats}, {"libelle": "Écarts", "constats": []}],
        "chapitres": [
            {
                "titre": "1 Un",
                "specifications": [
                    specification | {"mesures": [mesure]},
                    specification | {"code": "2a", "texte": "Revenir", "constats": [], "rien": True, "mesures": []},
                ],
            }
        ],
    }
    texte = lire("certification/typst/rapport_audit.typ", donnees)
    suivre(texte, "Référentiel | Édition d’essai | Mené le | 3 février 2031")
    suivre(texte, "Qui audite | Ada Brun, Ailleurs | Qui en répond | Zoé Cros | Ce que l’on en retient | Belle équipe")
    suivre(texte, "Forces", "1b", "Bel accueil", "Écarts", "Rien à signaler.", "Spécification par spécification", "1 Un")
    suivre(
        texte,
        "1b Recevoir",
        "À constater",
        "Délai annoncé : 3 sur 4",
        "Tous.",
        "Lecture : Faut-il ? Retenu : oui.",
        "Force, 1b : Bel accueil",
    )
    suivre(texte, "2a Revenir", "Rien à signaler.")


def test_le_compte_rendu_d_une_reunion_dit_sa_periode_ses_decisions_et_les_deux_jours_que_l_on_compare():
    donnees = COMMUN | {
        "titre": "Compte rendu",
        "le": "2031-03-05",
        "tenue": True,
        "du": "2030-03-06",
        "au": "2031-03-04",
        "presents": "Ada Brun",
        "compte_rendu": "Tout relu",
        "conclusions": "Continuer",
        "decisions": [{"quoi": "Relancer", "effet": "Mieux", "qui": "Zoé Cros", "echeance": "2031-05-07"}],
        "vu_le": "2031-03-02",
        "edition": "Édition d’essai",
        "insuffisantes": 1,
        "specifications": [
            {
                "code": "1a",
                "texte": "Dire",
                "mesure": "3 sur 4",
                "avant": "Satisfait",
                "maintenant": "Insuffisant",
                "sens": "moins bien",
            }
        ],
        "sections": [
            {"titre": "Audits clos", "chiffres": [], "lignes": [], "vide": "Aucun audit"},
            {
                "titre": "Actions",
                "chiffres": [{"libelle": "Faites", "dit": "2 sur 3"}],
                "lignes": [{"texte": "Afficher", "detail": "Ada, demain"}],
                "vide": "",
            },
        ],
    }
    texte = lire("certification/typst/reunion.typ", donnees)
    suivre(texte, "Tenue le | 5 mars 2031 | Période regardée | du 6 mars 2030 au 4 mars 2031 | Étaient là | Ada Brun")
    suivre(texte, "Ce que l’on en retient", "Continuer", "Décisions", "Quoi", "Effet attendu", "Qui", "Pour le")
    suivre(texte, "Relancer", "Mieux", "Zoé Cros", "7 mai 2031", "Ce qui s’est dit", "Tout relu")
    suivre(texte, "au 2 mars 2031", "Verdicts au 6 mars 2030, puis au 2 mars 2031. Insuffisantes : 1 sur 1.")
    suivre(texte, "Le 6 mars 2030", "Le 2 mars 2031", "1a", "Dire", "3 sur 4", "Satisfait", "Insuffisant", "moins bien")
    suivre(texte, "Audits clos", "Aucun audit", "Actions", "Faites | 2 sur 3", "Afficher", "Ada, demain")
    avant = lire("certification/typst/reunion.typ", donnees | {"tenue": False})
    suivre(avant, "Prévue le | 5 mars 2031")
    assert "tout relu" not in avant and "continuer" not in avant and "relancer" in avant
