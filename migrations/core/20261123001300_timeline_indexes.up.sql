-- What the timelines are filtered and searched by. The keyset indexes of a client, a contact and the
-- whole tenant are there already; a type or a person may be rare in a tenant, so these have their own.
CREATE INDEX interactions_type_timeline_idx
    ON interactions (tenant, type_id, interaction_date DESC, interaction_id DESC);
CREATE INDEX interactions_user_timeline_idx
    ON interactions (tenant, user_id, interaction_date DESC, interaction_id DESC);

-- The words of title and notes, and whose they are: a GIN index cannot begin with the tenant (uuid has
-- no operators for it without an extension), so tenant, client and contact are words themselves
-- ('t…', 'c…', 'k…') and every search names one. Punctuation is blanked out first, else the parser
-- keeps "server/printer" or an address as one word. The store repeats this expression literally.
CREATE INDEX interactions_words_idx ON interactions USING gin ((
    array_to_tsvector(ARRAY['t' || tenant::text,
                            'c' || coalesce(client_id::text, ''),
                            'k' || coalesce(contact_name_id::text, '')])
    || to_tsvector('simple'::regconfig,
        translate(left(coalesce(title, '') || ' ' || coalesce(notes, ''), 50000),
                  '!"#$%&''()*+,-./:;<=>?@[\]^_`{|}~', '                                '))))
    WITH (fastupdate = off); -- else every search reads the list of what was not yet sorted in
