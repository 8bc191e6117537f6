DROP TABLE document_associations;
DROP TABLE document_block_content;
DROP TABLE documents;
DROP TABLE external_files;
