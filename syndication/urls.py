"""Internal addresses: publishing a page, channels, private feed links and the private feeds themselves."""

from django.urls import path, re_path

from syndication.views import channels, private, publishing, subscriptions

app_name = "syndication"

urlpatterns = [
    path("publish/<uuid:uid>/", publishing.publish, name="publish"),
    path("publish/<uuid:uid>/-/withdraw/<slug:channel>/", publishing.withdraw_release, name="withdraw"),
    path("channels/", channels.channel_list, name="channel_list"),
    path("channels/-/new/", channels.new_channel, name="new_channel"),
    path("channels/<slug:channel>/", channels.channel, name="channel"),
    path("channels/<slug:channel>/-/edit/", channels.change_channel, name="change_channel"),
    path("subscriptions/", subscriptions.subscriptions, name="subscriptions"),
    path("subscriptions/<uuid:uid>/-/revoke/", subscriptions.revoke, name="revoke"),
    re_path(r"^feeds/media/(?P<signature>[-\w:]+)/(?P<name>[^/]+)$", private.private_media, name="private_media"),
    re_path(r"^feeds/(?P<token>[-\w]+)/feed\.(?P<format>[a-z]+)$", private.private_feed, name="private_feed"),
]
