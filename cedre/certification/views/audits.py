"""Les audits internes et croisés : les prévoir, répondre à une demande, les lire, en décider les suites (AME-4, CER-6)."""

from functools import partial

from django.contrib import messages
from django.db.models import Count, Q
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone

from cedre.certification.acces import est_jugee, structure_jugee
from cedre.certification.editions import edition_de
from cedre.certification.forms.audits import (
    AuditCroiseForm,
    AuditeurForm,
    AuditInterneForm,
    CloreAuditForm,
    CommencerForm,
    ConstatForm,
)
from cedre.certification.grille_d_audit import grille, manuel_de, rapport, specifications_auditees, traces_de
from cedre.certification.models import Audit, Constat
from cedre.certification.operations import audits as gestes
from cedre.comptes.acces import avec_droit, la_ligne, poste_depuis
from cedre.comptes.droits import Droit
from cedre.comptes.gestes import Rubrique, geste
from cedre.comptes.lecture_du_passe import page_du_passe
from cedre.comptes.models import Trace
from cedre.comptes.operations import tracer_chez
from cedre.core.dates import d_abord_sans
from cedre.core.exports import telecharger
from cedre.core.pagination import paginer
from cedre.core.refus import faire_ou_remontrer, refus_dans, refus_dit
from cedre.qualite.saisie_d_action import saisir_une_action
from cedre.structures.documents import composer

LIENS = ("organisation", "structure_auditrice", "auditeur", "audite")


@geste("Audits", "chercher", menu=Rubrique.QUALITE, rang=80, remedie=("audit_interne_mene",))
@avec_droit(Droit.QUALITE_LIRE)
def liste(request):
    """Les audits de la structure, et ceux qu'une autre lui demande ; tous, ou ceux qui attendent un geste (?etat=)."""
    qui, verbes = request.habilitation, Audit.objects
    attendent = {"a_repondre": verbes.a_repondre, "a_mener": verbes.a_mener, "a_traiter": verbes.a_traiter}
    choisis = attendent.get(request.GET.get("etat"))
    audits = (choisis or verbes.pour)(qui).select_related(*LIENS)
    ecarts = Q(constats__nature=Constat.Nature.ECART)
    siens = audits.chez(qui).annotate(
        nombre=Count("constats"), ecarts=Count("constats", filter=ecarts), agis=Count("constats__action", filter=ecarts)
    )
    ailleurs = audits.exclude(organisation=qui.organisation_id)
    contexte = {"page": paginer(request, siens.order_by("-prevu_le", "-pk"))}
    contexte |= {"ailleurs": ailleurs.order_by(d_abord_sans("clos_le"), "prevu_le", "pk"), "choisis": bool(choisis)}
    return render(request, "certification/audits.html", contexte)


@geste("Prévoir un audit interne", "plus", quand=est_jugee)
@avec_droit(Droit.QUALITE_TENIR)
def nouveau(request):
    """Prévoir un audit interne."""
    return _prevoir(request, AuditInterneForm, Audit.Nature.INTERNE)


@geste("Demander un audit croisé", "echange", quand=est_jugee)
@avec_droit(Droit.QUALITE_TENIR)
def croiser(request):
    """Demander un audit à une autre structure."""
    return _prevoir(request, AuditCroiseForm, Audit.Nature.CROISE)


def _prevoir(request, formulaire, nature: str):
    chez = structure_jugee(request.habilitation)
    edition, audit = edition_de(chez, timezone.localdate()).edition, Audit(organisation=chez, nature=nature)
    form = formulaire(request.POST or None, instance=audit, edition=edition, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.prevoir(form.instance, chapitres=form.cleaned_data["chapitres"], par=request.habilitation)
            messages.success(request, "La demande est envoyée." if nature == Audit.Nature.CROISE else "L’audit est à l’agenda.")
            return redirect("certification:audit", form.instance.pk)
    return render(request, "certification/audit_prevoir.html", {"form": form, "audit": audit})


@geste("L’audit", "chercher", montre={Audit: "pk"})
@avec_droit(Droit.QUALITE_LIRE)
def audit(request, pk, refusee=None):
    """Un audit : où il en est, et, à qui peut la lire, sa grille. refusee : la saisie à reprendre."""
    ligne, qui = la_ligne(request, Audit.objects.select_related(*LIENS), pk=pk), request.habilitation
    contexte = {"audit": ligne, "chez_soi": ligne.est_chez(qui), "ouverts": gestes.PASSAGES.ouverts_a(qui, ligne)}
    contexte |= {"commencer": CommencerForm(), "clore": CloreAuditForm(), "constat": None, **(refusee or {})}
    contexte["passe"] = ligne.ouvre_le_passe_a(qui)
    contexte["manuel"] = manuel_de(ligne, timezone.localdate()) if ligne.ouvre_le_manuel_a(qui) else None
    if ligne.montre_les_verdicts_a(qui):
        constats = list(ligne.constats.select_related("action"))
        contexte["chapitres"] = chapitres = grille(ligne, constats)
        contexte |= {"constats": constats, "restent": sum(not une.est_vue for _, lignes in chapitres for une in lignes)}
        if "constater" in contexte["ouverts"]:
            _avec_saisies(ligne, chapitres, contexte["constat"])
    return render(request, "certification/audit.html", contexte, status=400 if refusee else 200)


def _avec_saisies(ligne: Audit, chapitres: list, refuse: ConstatForm | None) -> None:
    """Donne à chaque ligne de la grille de quoi noter un constat ; celle que l'on reprend garde sa saisie."""
    for _, lignes in chapitres:
        for une in lignes:
            points = [(p["code"], f"{p['code']} · {p['texte']}") for p in une.dite["points"]]
            une.form = ConstatForm(instance=Constat(audit=ligne), points=points, ancre=une.ancre)
            if refuse is not None and refuse["point"].value() in dict(points):
                refuse.se_placer(points, une.ancre)
                une.form = refuse


def _points(ligne: Audit) -> list[tuple[str, str]]:
    return [(p.code, f"{p.code} · {p.texte}") for s in specifications_auditees(ligne) for p in s.points if p.est_exige]


@geste("Nommer qui audite", "personne", sur=Audit, quand=gestes.PASSAGES.permet("nommer"))
@avec_droit(Droit.QUALITE_TENIR)
def auditeur(request, pk):
    """Nommer qui mène l'audit : dire oui à la demande d'une autre structure, ou changer de personne."""
    ligne = la_ligne(request, Audit.objects.select_related(*LIENS), pk=pk)
    if "nommer" not in gestes.PASSAGES.ouverts_a(request.habilitation, ligne):
        raise Http404
    form = AuditeurForm(request.POST or None, instance=ligne, habilitation=request.habilitation)
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.nommer(ligne, auditeur=form.cleaned_data["auditeur"], par=request.habilitation)
            messages.success(request, "C’est noté.")
            return redirect("certification:audit", pk)
    return render(request, "certification/audit_auditeur.html", {"form": form, "audit": ligne})


@geste("Décliner", "croix", sur=Audit, quand=gestes.PASSAGES.permet("decliner"))
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("certification:audit")
def decliner(request, pk):
    """Dire non à la demande d'une autre structure ; elle ne se lit plus ensuite."""
    ligne = la_ligne(request, Audit.objects, pk=pk)
    with refus_dit(request):
        gestes.decliner(ligne, par=request.habilitation)
        messages.success(request, "La demande est déclinée.")
        return redirect("certification:audits")
    return redirect("certification:audit", pk)


@geste("Renoncer", "corbeille", sur=Audit, quand=gestes.PASSAGES.permet("renoncer"))
@avec_droit(Droit.QUALITE_TENIR)
@poste_depuis("certification:audit")
def renoncer(request, pk):
    """Retirer un audit qui n'a pas commencé."""
    ligne = la_ligne(request, Audit.objects, pk=pk)
    with refus_dit(request):
        gestes.renoncer(ligne, par=request.habilitation)
        messages.success(request, "L’audit est retiré.")
        return redirect("certification:audits")
    return redirect("certification:audit", pk)


@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("certification:audit")
def commencer(request, pk):
    """Ouvrir la grille, au jour de l'audit."""
    ligne, form = la_ligne(request, Audit.objects, pk=pk), CommencerForm(request.POST)
    dit = "L’audit commence : voici sa grille."
    return faire_ou_remontrer(request, ligne, form, gestes.commencer, dit=dit, page=audit)


@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("certification:audit")
def clore(request, pk):
    """Clore l'audit : verdicts et constats ne changent plus."""
    ligne, form = la_ligne(request, Audit.objects, pk=pk), CloreAuditForm(request.POST)
    dit = "L’audit est clos ; son rapport est prêt."
    return faire_ou_remontrer(request, ligne, form, gestes.clore, dit=dit, page=audit)


@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("certification:audit")
def constater(request, pk):
    """Noter un constat, depuis la grille."""
    ligne = la_ligne(request, Audit.objects.select_related("organisation"), pk=pk)
    form = ConstatForm(request.POST, instance=Constat(audit=ligne), points=_points(ligne))
    if form.is_valid():
        with refus_dans(form):
            gestes.constater(form.instance, par=request.habilitation)
            return redirect("certification:audit", pk)
    return audit(request, pk, refusee={"constat": form})


@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("certification:audit")
def rien(request, pk):
    """Rien à signaler pour cette spécification."""
    ligne = la_ligne(request, Audit.objects, pk=pk)
    with refus_dit(request):
        gestes.ne_rien_signaler(ligne, specification=request.POST.get("specification", ""), par=request.habilitation)
    return redirect("certification:audit", pk)


@geste("Corriger", "crayon", sur=Constat, quand=gestes.PASSAGES.permet("constater", dans="audit"))
@avec_droit(Droit.QUALITE_LIRE)
def constat(request, pk):
    """Corriger un constat que l'on a écrit, tant que l'audit n'est pas clos."""
    ligne = la_ligne(request, Constat.objects.select_related("audit").modifiables(request.habilitation), pk=pk)
    form = ConstatForm(request.POST or None, instance=ligne, points=_points(ligne.audit))
    if request.method == "POST" and form.is_valid():
        with refus_dans(form):
            gestes.constater(form.instance, par=request.habilitation)
            messages.success(request, "Le constat est corrigé.")
            return redirect("certification:audit", ligne.audit_id)
    return render(request, "certification/constat.html", {"form": form, "constat": ligne})


@geste("L’ôter", "corbeille", sur=Constat, quand=gestes.PASSAGES.permet("constater", dans="audit"))
@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("certification:constat")
def retirer(request, pk):
    """Ôter un constat que l'on a écrit."""
    ligne = la_ligne(request, Constat.objects.select_related("audit").modifiables(request.habilitation), pk=pk)
    with refus_dit(request):
        gestes.retirer(ligne, par=request.habilitation)
        messages.success(request, "Le constat est ôté.")
    return redirect("certification:audit", ligne.audit_id)


@geste("Décider une action", "plus", sur=Constat, quand=Constat.appelle_une_action)
@avec_droit(Droit.QUALITE_TENIR)
def action(request, pk):
    """Décider une action d'un constat reçu ; le constat en garde le lien."""
    ligne = la_ligne(request, Constat.objects.select_related("audit").a_traiter(request.habilitation), pk=pk)
    return saisir_une_action(
        request,
        gestes.action_proposee(ligne),
        decider=partial(gestes.decider_d_un_constat, ligne),
        vers=("certification:audit", ligne.audit_id),
        d_apres=f"{ligne} : {ligne.texte}",
    )


def _tracer_l_export(request, ligne: Audit, quoi: str) -> None:
    tracer_chez(ligne.organisation, par=request.habilitation, geste=Trace.Geste.EXPORTER, objet=ligne, detail=f"{ligne}, {quoi}")


@geste("Son manuel", "livre", sur=Audit, quand=lambda audit: not audit.clos_le)
@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("certification:audit")
def manuel(request, pk):
    """Le manuel publié de la structure auditée, pour qui l'audite, jusqu'à la clôture (MAN-4) ; c'est tracé."""
    ligne = la_ligne(request, Audit.objects, pk=pk)
    version = manuel_de(ligne, timezone.localdate()) if ligne.ouvre_le_manuel_a(request.habilitation) else None
    if version is None:
        raise Http404
    with refus_dit(request):
        fichier = version.lire_le_fichier()
        _tracer_l_export(request, ligne, f"manuel, version {version.numero}")
        return telecharger(fichier, f"manuel-qualite-version-{version.numero}.pdf", "application/pdf")
    return redirect("certification:audit", pk)


@geste("Ce qui a changé le passé", "retour", sur=Audit, quand=lambda audit: audit.mene_le and not audit.clos_le)
@avec_droit(Droit.QUALITE_LIRE)
def passe(request, pk):
    """Ce qui a changé le passé de la structure auditée, pour qui l'audite, jusqu'à la clôture."""
    ligne = la_ligne(request, Audit.objects.select_related(*LIENS), pk=pk)
    if not ligne.ouvre_le_passe_a(request.habilitation):
        raise Http404
    return render(request, "comptes/passe.html", page_du_passe(request, traces_de(ligne), pour=None) | {"audit": ligne})


@geste("Rapport (PDF)", "imprimer", sur=Audit, quand=lambda audit: audit.clos_le)
@avec_droit(Droit.QUALITE_LIRE)
@poste_depuis("certification:audit")
def pdf(request, pk):
    """Le rapport d'un audit clos, à imprimer : pour la structure auditée et pour qui l'a écrit (CER-9) ; c'est tracé."""
    ligne = la_ligne(request, Audit.objects.select_related(*LIENS), pk=pk)
    if not (ligne.clos_le and ligne.montre_les_verdicts_a(request.habilitation)):
        raise Http404
    contenu = rapport(ligne, list(ligne.constats.all()))
    document = composer("certification/typst/rapport_audit.typ", contenu, chez=ligne.organisation_id)
    _tracer_l_export(request, ligne, "rapport, PDF")
    return telecharger(document, f"audit-{ligne.mene_le:%Y-%m-%d}.pdf", "application/pdf")
