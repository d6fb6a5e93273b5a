variable "project" {
  description = "The Google Cloud project that the database belongs to; the setting `store.firestore.project`."
  type        = string
}

variable "database" {
  description = "The name of the database; the setting `store.firestore.database`."
  type        = string
  default     = "(default)"
}

variable "location" {
  description = "Where the database lies, a region or a multi-region. It cannot be changed later."
  type        = string
}

variable "protected" {
  description = "Whether the database is kept from being deleted, by Terraform or by hand."
  type        = bool
  default     = true
}

variable "point_in_time_recovery" {
  description = "Whether every state of the last seven days can be read again."
  type        = bool
  default     = true
}

variable "users" {
  description = "Who may read and write documents, as IAM members: the service accounts of the instances."
  type        = set(string)
  default     = []
}
