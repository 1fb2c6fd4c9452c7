#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "messages/calls.hpp"
#include "messages/queries.hpp"

/// The listings as JSON: field names that scripts rely on, only ever added to.
namespace entente {

/// As it is printed. What is not UTF-8, a name that a framework has given say, does not keep the
/// rest from being shown.
std::string text_of(const nlohmann::json& x);

nlohmann::json json_of(const cluster_summary& x);
nlohmann::json json_of(const agent_entry& x);
nlohmann::json json_of(const framework_entry& x);
nlohmann::json json_of(const task_entry& x);
nlohmann::json json_of(const offer& x);
nlohmann::json json_of(const offer_record& x);
nlohmann::json json_of(const claim_entry& x);
nlohmann::json json_of(const pool_entry& x);
nlohmann::json json_of(const role_entry& x);

/// What a call has done that the master has taken.
nlohmann::json json_of(const set_quota& x);
nlohmann::json json_of(const remove_quota& x);
nlohmann::json json_of(const set_weight& x);
nlohmann::json json_of(const reserve_resources& x);
nlohmann::json json_of(const unreserve_resources& x);
nlohmann::json json_of(const drain_agent& x);
nlohmann::json json_of(const undrain_agent& x);

/// What of an agent nobody has and nobody is offered; nothing while it is not used.
resources free_of(const agent_entry& x);

}  // namespace entente
