//! Transcripts as whole files.

#[cfg(test)]
mod transcript_agreement;
#[cfg(test)]
mod transcript_properties;
#[cfg(test)]
mod transcript_search;
#[cfg(test)]
mod transcript_texts;
#[cfg(test)]
mod transcript_variants;
#[cfg(test)]
mod transcript_wording;
