#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "apps/entente/rows.hpp"
#include "messages/maintenance.hpp"

/// Deactivation and maintenance windows, as people and scripts read them; see rows.hpp,
/// to_json.hpp.
namespace entente {

std::string line_of(const deactivate_agent& x);
std::string line_of(const reactivate_agent& x);
std::string line_of(const plan_maintenance& x);
std::string line_of(const cancel_maintenance& x);

nlohmann::json json_of(const deactivate_agent& x);
nlohmann::json json_of(const reactivate_agent& x);
nlohmann::json json_of(const plan_maintenance& x);
nlohmann::json json_of(const cancel_maintenance& x);

row head(const maintenance_window&);
row cells(const maintenance_window& x);
nlohmann::json json_of(const maintenance_window& x);

/// An agent with the windows that are for it.
row cells(const agent_entry& x, const std::vector<maintenance_window>& windows);
nlohmann::json json_of(const agent_entry& x, const std::vector<maintenance_window>& windows);

}  // namespace entente
