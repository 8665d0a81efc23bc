-- Recompte un rapport d'activité de Cèdre, sans Cèdre (OBS-2). Dans le dossier du paquet, ouvert : duckdb -c ".read verifier.sql"
-- La dernière ligne dit « Tout concorde », ou s'arrête à la première différence. Sans faits.csv, que la structure garde seule et efface
-- un jour, le reste se vérifie encore.

CREATE OR REPLACE TEMP TABLE attendus AS SELECT * FROM (VALUES
    {condensats}
) AS t(fichier, condensat);

CREATE OR REPLACE TEMP TABLE presents AS
SELECT parse_filename(filename) AS fichier, sha256(content) AS condensat FROM read_blob('*') WHERE parse_filename(filename) IN (SELECT fichier FROM attendus);

-- Au centième, l'égalité allant au pair.
CREATE OR REPLACE TEMP MACRO au_centieme(x) AS CAST(floor(x * 100) AS BIGINT)
    + CASE WHEN x * 100 - floor(x * 100) > 0.5 OR (x * 100 - floor(x * 100) = 0.5 AND CAST(floor(x * 100) AS BIGINT) % 2 = 1) THEN 1 ELSE 0 END;

CREATE OR REPLACE TEMP TABLE chiffres AS
SELECT * FROM read_json('chiffres.json', maximum_object_size = 100000000, columns = {
    figures: 'STRUCT(code VARCHAR, methode VARCHAR, part BIGINT[], numerateur BIGINT, denominateur BIGINT)[]',
    rubriques: 'STRUCT(code VARCHAR, figure VARCHAR, lit VARCHAR, numerateur BIGINT, denominateur BIGINT, filtres STRUCT(coupe VARCHAR, modalites VARCHAR[])[])[]'
});

CREATE OR REPLACE TEMP TABLE figures AS
SELECT f.code AS figure, f.methode AS methode, f.part[1] AS rang_num, f.part[2] AS rang_den, f.numerateur AS numerateur, f.denominateur AS denominateur
FROM (SELECT unnest(figures) AS f FROM chiffres);

CREATE OR REPLACE TEMP TABLE rubriques AS
SELECT r.code AS rubrique, r.figure AS figure, r.lit AS lit, r.numerateur AS numerateur, r.denominateur AS denominateur, r.filtres AS filtres
FROM (SELECT unnest(rubriques) AS r FROM chiffres) WHERE r.numerateur IS NOT NULL;

CREATE OR REPLACE TEMP TABLE filtres AS
SELECT rubrique, f.coupe AS coupe, unnest(f.modalites) AS modalite FROM (SELECT rubrique, unnest(filtres) AS f FROM rubriques);

CREATE OR REPLACE TEMP TABLE noyau AS
SELECT figure, coalesce(coupe, '') AS coupe, coalesce(modalite, '') AS modalite, CAST(numerateur AS BIGINT) AS numerateur, CAST(denominateur AS BIGINT) AS denominateur
FROM read_csv('noyau.csv', header = true, all_varchar = true, delim = ',', quote = '"');

CREATE OR REPLACE TEMP TABLE faits AS
SELECT row_number() OVER () AS ligne, * FROM read_csv('faits*.csv', header = true, all_varchar = true, delim = ',', quote = '"', union_by_name = true);

CREATE OR REPLACE TEMP TABLE ranges AS
UNPIVOT (SELECT * EXCLUDE (sujet) FROM faits) ON COLUMNS(* EXCLUDE (ligne, figure, valeur)) INTO NAME coupe VALUE modalite;

-- Chaque fait, dans chaque nombre qu'il compte : sa figure, chacune de ses coupes, chaque rubrique dont il est.
CREATE OR REPLACE TEMP TABLE comptes AS
SELECT ligne, figure, valeur, '' AS coupe, '' AS modalite, '' AS rubrique FROM faits
UNION ALL SELECT ligne, figure, valeur, coupe, modalite, '' FROM ranges
UNION ALL
SELECT faits.ligne, faits.figure, faits.valeur, '', '', rubriques.rubrique FROM faits JOIN rubriques USING (figure)
WHERE len(rubriques.filtres) = (
    SELECT count(*) FROM ranges JOIN filtres ON ranges.coupe = filtres.coupe AND ranges.modalite = filtres.modalite
    WHERE ranges.ligne = faits.ligne AND filtres.rubrique = rubriques.rubrique
);

CREATE OR REPLACE TEMP TABLE rangs AS
SELECT comptes.*, methode, rang_num, rang_den, CAST(valeur AS DECIMAL(28, 9)) AS vaut,
    count(valeur) OVER groupe AS combien,
    row_number() OVER (PARTITION BY figure, coupe, modalite, rubrique ORDER BY CAST(valeur AS DECIMAL(28, 9)) NULLS LAST) AS rang
FROM comptes JOIN figures USING (figure) WINDOW groupe AS (PARTITION BY figure, coupe, modalite, rubrique);

CREATE OR REPLACE TEMP TABLE recomptes AS
SELECT figure, coupe, modalite, rubrique, count(*) AS denominateur,
    CASE methode
        WHEN 'compte' THEN CAST(sum(vaut) AS BIGINT)
        WHEN 'somme' THEN au_centieme(coalesce(sum(vaut), 0))
        ELSE au_centieme(coalesce(min(vaut) FILTER (valeur IS NOT NULL AND rang * rang_den >= rang_num * combien), 0))
    END AS numerateur
FROM rangs GROUP BY figure, coupe, modalite, rubrique, methode;

CREATE OR REPLACE TEMP TABLE differences AS
SELECT 1 AS ordre, attendus.fichier || ' n’est pas celui qui a été publié' AS quoi
FROM attendus LEFT JOIN presents USING (fichier)
WHERE coalesce(presents.condensat, CASE attendus.fichier WHEN 'faits.csv' THEN attendus.condensat ELSE '' END) <> attendus.condensat
UNION ALL
SELECT 2, concat_ws(' · ', coalesce(n.figure, r.figure), coalesce(n.coupe, r.coupe), coalesce(n.modalite, r.modalite), 'publié', n.numerateur, n.denominateur, 'recompté', r.numerateur, r.denominateur)
FROM noyau AS n FULL JOIN (SELECT * FROM recomptes WHERE rubrique = '') AS r
    ON n.figure = r.figure AND n.coupe = r.coupe AND n.modalite = r.modalite
WHERE EXISTS (SELECT 1 FROM glob('faits.csv'))
    AND (coalesce(n.numerateur, 0) <> coalesce(r.numerateur, 0) OR coalesce(n.denominateur, 0) <> coalesce(r.denominateur, 0))
UNION ALL
SELECT 3, concat_ws(' · ', 'rubrique', p.rubrique, 'publiée', p.numerateur, p.denominateur, 'recomptée', r.numerateur, r.denominateur)
FROM rubriques AS p LEFT JOIN (SELECT * FROM recomptes WHERE rubrique <> '') AS r USING (rubrique) JOIN figures ON figures.figure = p.figure
WHERE EXISTS (SELECT 1 FROM glob('faits.csv')) AND (
    p.numerateur <> coalesce(CASE p.lit WHEN 'total' THEN r.denominateur ELSE r.numerateur END, 0)
    OR (p.lit <> 'total' AND methode = 'compte' AND p.denominateur <> coalesce(r.denominateur, 0))
)
UNION ALL
SELECT 4, concat_ws(' · ', 'les parts de', n.figure, n.coupe, 'font', sum(n.numerateur), sum(n.denominateur), 'le tout', any_value(t.numerateur), any_value(t.denominateur))
FROM noyau AS n JOIN noyau AS t ON t.figure = n.figure AND t.coupe = '' JOIN figures ON figures.figure = n.figure
WHERE n.coupe <> '' AND methode <> 'quantile'
GROUP BY n.figure, n.coupe, methode
HAVING sum(n.denominateur) <> any_value(t.denominateur) OR (methode = 'compte' AND sum(n.numerateur) <> any_value(t.numerateur))
UNION ALL
SELECT 5, concat_ws(' · ', 'rubrique', p.rubrique, 'publiée', p.numerateur, 'au noyau', any_value(n.numerateur), any_value(n.denominateur))
FROM rubriques AS p JOIN noyau AS n ON n.figure = p.figure AND n.coupe = '' WHERE len(p.filtres) = 0
GROUP BY p.rubrique, p.numerateur, p.lit
HAVING p.numerateur <> any_value(CASE p.lit WHEN 'total' THEN n.denominateur ELSE n.numerateur END);

INSERT INTO differences
SELECT 6, concat_ws(' · ', figure, 'publiée', f.numerateur, f.denominateur, 'au noyau', n.numerateur, n.denominateur)
FROM figures AS f LEFT JOIN noyau AS n USING (figure) WHERE f.numerateur IS NOT NULL AND n.coupe = ''
    AND (f.numerateur <> n.numerateur OR f.denominateur <> n.denominateur);

SELECT CASE WHEN count(*) > 0 THEN error('Ce rapport ne concorde pas : ' || arg_min(quoi, (ordre, quoi)))
    ELSE 'Tout concorde : ' || (SELECT count(*) FROM noyau) || ' nombres'
        || CASE WHEN EXISTS (SELECT 1 FROM glob('faits.csv')) THEN ', recomptés de ' || (SELECT count(*) FROM faits) || ' faits.' ELSE ', les faits étant effacés.' END
    END AS verdict
FROM differences;
