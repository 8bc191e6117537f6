//! The constants of the demo data, for whoever seeds the other side with the same values.

/// Northwind IT.
pub mod northwind {
    pub const TENANT_ID: &str = "11111111-1111-4111-8111-111111111111";
    pub const CLIENT_ID: &str = "22222222-2222-4222-8222-222222222222";
    pub const CLIENT_SECRET: &str = "northwind-demo-secret";
    pub const ORGANIZER_UPN: &str = "meetings@northwind.example";
    pub const ORGANIZER_OBJECT_ID: &str = "33333333-3333-4333-8333-333333333333";
}

/// Contoso Care.
pub mod contoso {
    pub const TENANT_ID: &str = "44444444-4444-4444-8444-444444444444";
    pub const CLIENT_ID: &str = "55555555-5555-4555-8555-555555555555";
    pub const CLIENT_SECRET: &str = "contoso-demo-secret";
    pub const ORGANIZER_UPN: &str = "meetings@contoso.example";
    pub const ORGANIZER_OBJECT_ID: &str = "66666666-6666-4666-8666-666666666666";
}
