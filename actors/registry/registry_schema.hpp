#pragma once

#include "actors/registry/database.hpp"

namespace entente::registry_schema {

/// The version that is written. A file of an older one is brought to it, step by step; one of a
/// newer one is refused. Steps only ever get added.
inline constexpr int newest = 2;

/// What marks an SQLite file as a registry: "EnRg".
inline constexpr int application_id = 0x456E5267;

/// The version that the file has; 0 if it is empty. Throws a database_error if it is damaged, not a
/// registry, or of a newer version.
int check(database& file);

/// Brings a file of version `from` to the newest one, in one transaction.
void migrate(database& file, int from);

}  // namespace entente::registry_schema
