"""Les adresses du système qualité."""

app_name = "qualite"
urlpatterns = []
