"""Addresses of the public site: mounted at /public/, or at the root of a process of its own."""

from django.urls import path, re_path

from syndication import public_views

app_name = "public"

urlpatterns = [
    path("", public_views.channel_list, name="channel_list"),
    path("channels.opml", public_views.channels_opml, name="channels_opml"),
    path("sitemap.xml", public_views.site_map, name="site_map"),
    path("robots.txt", public_views.robots, name="robots"),
    re_path(r"^media/(?P<sha256>[0-9a-f]{64})/(?P<name>[^/]+)$", public_views.media, name="media"),
    path("<slug:channel>/", public_views.channel, name="channel"),
    re_path(r"^(?P<channel>[-\w]+)/feed\.(?P<format>[a-z]+)$", public_views.feed, name="feed"),
    path("<slug:channel>/<slug:slug>/", public_views.item, name="item"),
    re_path(r"^(?P<path>[-\w]+(?:/[-\w]+)?)$", public_views.with_slash, name="with_slash"),
    # Nothing under this root may fall through to what answers inside.
    re_path(r"^(?P<path>.*)$", public_views.nothing_here, name="nothing_here"),
]
