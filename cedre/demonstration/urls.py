from django.urls import path

from cedre.demonstration import views

app_name = "demonstration"
urlpatterns = [
    path("demo/entrer/", views.entrer, name="entrer"),
    path("charte", views.charte, name="charte"),
]
