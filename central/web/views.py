from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from central.api.version import version


def landing(request: HttpRequest) -> HttpResponse:
    """What this service is, and where its API is described."""
    return render(request, "landing.html", {"version": version()})


def healthz(_: HttpRequest) -> JsonResponse:
    """The process lives."""
    return JsonResponse({"status": "ok", "version": version()})
