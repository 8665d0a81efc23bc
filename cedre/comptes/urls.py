from django.urls import path

from cedre.comptes.views import compte, equipe, invitation, organisations, passe, traces

app_name = "comptes"
urlpatterns = [
    path("compte/", compte.compte, name="compte"),
    path("compte/changer", compte.changer, name="changer"),
    path("compte/email/", compte.fermee),
    path("compte/confirm-email/", compte.fermee),
    path("compte/confirm-email/<str:cle>/", compte.fermee),
    path("invitation/<str:jeton>", invitation.invitation, name="invitation"),
    path("equipe/", equipe.equipe, name="equipe"),
    path("equipe/inviter", equipe.inviter_ici, name="inviter"),
    path("equipe/<int:pk>/retirer", equipe.retirer_habilitation, name="retirer"),
    path("invitations/<int:pk>/annuler", equipe.annuler, name="invitation_annuler"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/nouvelle", organisations.nouvelle, name="organisation_nouvelle"),
    path("organisations/<int:pk>/", organisations.organisation, name="organisation"),
    path("organisations/<int:pk>/modifier", organisations.modifier, name="organisation_modifier"),
    path("organisations/<int:pk>/inviter", equipe.inviter_ailleurs, name="organisation_inviter"),
    path("organisation/fiche", organisations.fiche, name="fiche"),
    path("traces/", traces.traces, name="traces"),
    path("passe/", passe.le_passe, name="passe"),
]
