from django.urls import path

from cedre.demonstration import views

app_name = "demonstration"
urlpatterns = [path("entrer/", views.entrer, name="entrer")]
