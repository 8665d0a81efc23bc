from django.urls import path

from cedre.core import views

app_name = "core"
urlpatterns = [path("sante", views.sante, name="sante")]
