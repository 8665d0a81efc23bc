"""Ce qui ne se change ni ne s'efface, tenu par la base : une trace, une mesure figée (décision 0005)."""


def inalterable(table: str, quoi: str) -> dict[str, list[str]]:
    """Les déclencheurs qui refusent de changer, d'effacer ou de remplacer une ligne de cette table. quoi : « une trace ».

    >>> sorted(inalterable("comptes_trace", "une trace"))
    ['postgresql', 'sqlite']
    """
    nom = f"{table.rpartition('_')[2]}_inalterable"
    avant = {"u": "UPDATE", "d": "DELETE", "i": "INSERT"}
    refus = {"u": "modifie", "d": "supprime", "i": "remplace"}
    si = {"i": f" WHEN EXISTS (SELECT 1 FROM {table} WHERE id = NEW.id)"}
    return {
        "sqlite": [
            ordre
            for cle, geste in avant.items()
            for ordre in (
                f"DROP TRIGGER IF EXISTS {nom}_{cle}",
                f"CREATE TRIGGER {nom}_{cle} BEFORE {geste} ON {table}{si.get(cle, '')}"
                f" BEGIN SELECT RAISE(ABORT, '{quoi} ne se {refus[cle]} pas'); END",
            )
        ],
        "postgresql": [
            f"CREATE OR REPLACE FUNCTION {nom}() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN RAISE EXCEPTION '{quoi} ne se modifie ni ne se supprime'; END $$",
            f"CREATE OR REPLACE TRIGGER {nom} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION {nom}()",
            f"CREATE OR REPLACE TRIGGER {nom}_t BEFORE TRUNCATE ON {table} EXECUTE FUNCTION {nom}()",
        ],
    }
