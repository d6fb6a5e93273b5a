output "project" {
  description = "The value of the setting `store.firestore.project`."
  value       = var.project
}

output "database" {
  description = "The value of the setting `store.firestore.database`."
  value       = google_firestore_database.this.name
}
