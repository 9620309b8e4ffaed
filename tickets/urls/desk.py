"""Addresses of the desk."""

from django.urls import path

from tickets.views.desk import (
    acts,
    attention,
    consents,
    messages,
    new_ticket,
    queue,
    search,
    session,
    ticket,
    writing,
)

app_name = "desk"
urlpatterns = [
    path("", queue.queue, name="home"),
    path("queues/<slug:key>/", queue.queue, name="queue"),
    path("departments/<slug:slug>/", queue.department, name="department"),
    path("counts/", queue.counts, name="counts"),
    path("news/<slug:source>/", queue.news, name="news"),
    path("search/", search.search, name="search"),
    path("session/", session.signed_in, name="signed_in"),
    path("tickets/new/", new_ticket.new_ticket, name="new_ticket"),
    path("tickets/<int:number>/", ticket.ticket, name="ticket"),
    path("tickets/<int:number>/earlier/", ticket.earlier, name="earlier"),
    path("tickets/<int:number>/history/", ticket.history, name="history"),
    path("tickets/<int:number>/replies/", writing.replies, name="replies"),
    path("tickets/<int:number>/notes/", writing.notes, name="notes"),
    path("tickets/<int:number>/drafts/", writing.drafts, name="drafts"),
    path("tickets/<int:number>/drafts/removal/", writing.draft_removal, name="draft_removal"),
    path("tickets/<int:number>/status/", acts.status, name="status"),
    path("tickets/<int:number>/priority/", acts.priority, name="priority"),
    path("tickets/<int:number>/assignee/", acts.assignee, name="assignee"),
    path("tickets/<int:number>/department/", acts.department, name="ticket_department"),
    path("tickets/<int:number>/subject/", acts.subject, name="subject"),
    path("tickets/<int:number>/tags/", acts.tags, name="tags"),
    path("tickets/<int:number>/tags/choices/", ticket.tags, name="tag_choices"),
    path("tickets/<int:number>/tags/<uuid:tag_id>/removal/", acts.tag_removal, name="tag_removal"),
    path("people/<uuid:contact_id>/consents/", consents.consents, name="consents"),
    path("messages/<uuid:message_id>/html/", messages.html, name="message_html"),
    path("messages/<uuid:message_id>/quote/", messages.quote, name="quote"),
    path("messages/<uuid:message_id>/delivery/", messages.delivery, name="delivery"),
    path("attachments/<uuid:attachment_id>/", messages.attachment, name="attachment"),
    path("mail/attention/", attention.attention, name="attention"),
    path("mail/attention/<uuid:mail_id>/raw/", attention.raw, name="raw_mail"),
    path("mail/attention/<uuid:mail_id>/retry/", attention.retry, name="retry_mail"),
    path("mail/attention/<uuid:mail_id>/ticket/", attention.ticket, name="ticket_of_mail"),
    path("mail/attention/<uuid:mail_id>/removal/", attention.discard, name="discard_mail"),
]
