from django.shortcuts import render

from practice.access import signed_in


@signed_in
def style(request):
    return render(request, "style.html")
