from django.urls import path

from central.web import views

urlpatterns = [path("", views.landing), path("healthz", views.healthz)]
