"""La longueur d’un texte se vérifie à l’écran : aucune colonne ne change, aucune table n’est refaite."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parcours', '0009_cle_du_manque'),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[
        migrations.AlterField(
            model_name='actionassociee',
            name='resultat',
            field=models.TextField(blank=True, max_length=20000, verbose_name='résultat'),
        ),
        migrations.AlterField(
            model_name='bilan',
            name='evolution',
            field=models.TextField(blank=True, help_text='Dans la situation de la personne depuis la dernière fois.', max_length=20000, verbose_name='Ce qui a changé'),
        ),
        migrations.AlterField(
            model_name='bilan',
            name='moyens',
            field=models.TextField(blank=True, help_text='Ce que chacun a fait, ce qui a manqué.', max_length=20000, verbose_name='Les moyens employés'),
        ),
        migrations.AlterField(
            model_name='bilan',
            name='parole',
            field=models.TextField(blank=True, help_text='Avec ses mots.', max_length=20000, verbose_name='Ce que la personne en dit'),
        ),
        migrations.AlterField(
            model_name='bilan',
            name='synthese',
            field=models.TextField(blank=True, help_text='Relu avec la personne.', max_length=20000, verbose_name='Ce que l’on retient ensemble'),
        ),
        migrations.AlterField(
            model_name='contact',
            name='demande',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce que la personne demande'),
        ),
        migrations.AlterField(
            model_name='cotation',
            name='commentaire',
            field=models.TextField(blank=True, max_length=20000),
        ),
        migrations.AlterField(
            model_name='echange',
            name='texte',
            field=models.TextField(help_text='Rien sur la santé ni la justice.', max_length=20000, verbose_name='ce qui s’est dit'),
        ),
        migrations.AlterField(
            model_name='engagement',
            name='demande',
            field=models.TextField(blank=True, help_text='Avec ses mots : ce qu’elle attend, son projet, ce qui l’aide, ce qui la gêne.', max_length=20000, verbose_name='ce que la personne demande'),
        ),
        migrations.AlterField(
            model_name='entretien',
            name='attentes',
            field=models.TextField(blank=True, help_text='Avec ses mots. Ce qu’elle veut, ce qu’elle ne veut pas.', max_length=20000, verbose_name='Ses attentes, son projet'),
        ),
        migrations.AlterField(
            model_name='entretien',
            name='besoins',
            field=models.TextField(blank=True, help_text='Horaires, mobilité, garde d’enfants… Rien sur la santé ni la justice : « contrainte d’agenda » suffit.', max_length=20000, verbose_name='Ses besoins, ses contraintes'),
        ),
        migrations.AlterField(
            model_name='entretien',
            name='experience',
            field=models.TextField(blank=True, help_text='Emplois, formations, activités bénévoles, savoir-faire du quotidien.', max_length=20000, verbose_name='Son expérience'),
        ),
        migrations.AlterField(
            model_name='entretien',
            name='points_d_appui',
            field=models.TextField(blank=True, help_text='Ce qui marche, ce sur quoi compter, les personnes ressources.', max_length=20000, verbose_name='Ses points d’appui'),
        ),
        migrations.AlterField(
            model_name='entretien',
            name='situation',
            field=models.TextField(blank=True, help_text='Comment elle vit, ce qui a changé récemment, qui l’entoure.', max_length=20000, verbose_name='Sa situation aujourd’hui'),
        ),
        migrations.AlterField(
            model_name='entretien',
            name='synthese',
            field=models.TextField(blank=True, help_text='Relu avec la personne avant de se quitter.', max_length=20000, verbose_name='Ce que l’on retient ensemble'),
        ),
        migrations.AlterField(
            model_name='evaluation',
            name='synthese',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce que l’on retient ensemble'),
        ),
        migrations.AlterField(
            model_name='evaluationautravail',
            name='a_travailler',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce qui reste à travailler'),
        ),
        migrations.AlterField(
            model_name='evaluationautravail',
            name='points_forts',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce qui va bien'),
        ),
        migrations.AlterField(
            model_name='evaluationprofessionnelle',
            name='synthese',
            field=models.TextField(blank=True, max_length=20000, verbose_name='synthèse'),
        ),
        migrations.AlterField(
            model_name='jobcoach',
            name='conclusion',
            field=models.TextField(blank=True, max_length=20000),
        ),
        migrations.AlterField(
            model_name='liaison',
            name='demande',
            field=models.TextField(max_length=20000, verbose_name='ce que l’on demande'),
        ),
        migrations.AlterField(
            model_name='liaison',
            name='reponse',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce qu’il a répondu'),
        ),
        migrations.AlterField(
            model_name='notesante',
            name='texte',
            field=models.TextField(max_length=20000, verbose_name='précision'),
        ),
        migrations.AlterField(
            model_name='reponse',
            name='texte',
            field=models.TextField(blank=True, max_length=20000),
        ),
        migrations.AlterField(
            model_name='sortie',
            name='precision',
            field=models.TextField(blank=True, max_length=20000, verbose_name='précision'),
        ),
        migrations.AlterField(
            model_name='suite',
            name='precision',
            field=models.TextField(blank=True, max_length=20000, verbose_name='précision'),
        ),
        migrations.AlterField(
            model_name='visitejobcoach',
            name='decide',
            field=models.TextField(blank=True, max_length=20000, verbose_name='ce qui est décidé'),
        ),
        migrations.AlterField(
            model_name='visitejobcoach',
            name='difficultes',
            field=models.TextField(blank=True, max_length=20000, verbose_name='difficultés'),
        ),
        ]),
    ]
