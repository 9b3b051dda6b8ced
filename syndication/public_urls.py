"""Addresses of the public site, mounted at /public/ or at the root of a process of its own."""

from django.urls import path, re_path

from syndication.views import public

app_name = "public"

urlpatterns = [
    # First, because it is requested most often.
    re_path(r"^(?P<channel>[-\w]+)/feed\.(?P<format>[a-z]+)$", public.feed, name="feed"),
    path("", public.channel_list, name="channel_list"),
    path("channels.opml", public.channels_opml, name="channels_opml"),
    path("sitemap.xml", public.site_map, name="site_map"),
    path("robots.txt", public.robots, name="robots"),
    re_path(r"^media/(?P<sha256>[0-9a-f]{64})/(?P<name>[^/]+)$", public.media, name="media"),
    path("<slug:channel>/", public.channel, name="channel"),
    path("<slug:channel>/<slug:slug>/", public.item, name="item"),
    re_path(r"^(?P<path>[-\w]+(?:/[-\w]+)?)$", public.with_slash, name="with_slash"),
    # Nothing below this root may fall through to an internal view.
    re_path(r"^(?P<path>.*)$", public.nothing_here, name="nothing_here"),
]
