# The database that instances of the service share. What is indexed and what expires stands in
# indexes.json, which is made from the table in src/store/indexes.rs; a test holds the two together.

locals {
  declared = jsondecode(file("${path.module}/indexes.json"))
}

resource "google_firestore_database" "this" {
  project                           = var.project
  name                              = var.database
  location_id                       = var.location
  type                              = "FIRESTORE_NATIVE"
  concurrency_mode                  = "OPTIMISTIC"
  delete_protection_state           = var.protected ? "DELETE_PROTECTION_ENABLED" : "DELETE_PROTECTION_DISABLED"
  deletion_policy                   = var.protected ? "ABANDON" : "DELETE"
  point_in_time_recovery_enablement = var.point_in_time_recovery ? "POINT_IN_TIME_RECOVERY_ENABLED" : "POINT_IN_TIME_RECOVERY_DISABLED"
}

# A query along several fields needs an index of its own for each direction.
resource "google_firestore_index" "composite" {
  for_each = local.declared.composite

  project     = var.project
  database    = google_firestore_database.this.name
  collection  = each.value.collection
  query_scope = "COLLECTION"

  dynamic "fields" {
    for_each = each.value.fields

    content {
      field_path = fields.value.field_path
      order      = fields.value.order
    }
  }
}

# No query uses these fields, so nothing is spent on indexes of them. Those that say when a document
# is over make the database remove it.
resource "google_firestore_field" "unindexed" {
  for_each = local.declared.unindexed

  project    = var.project
  database   = google_firestore_database.this.name
  collection = each.value.collection
  field      = each.value.field

  index_config {}

  dynamic "ttl_config" {
    for_each = each.value.expires ? [true] : []

    content {}
  }
}

resource "google_project_iam_member" "user" {
  for_each = var.users

  project = var.project
  role    = "roles/datastore.user"
  member  = each.value
}
