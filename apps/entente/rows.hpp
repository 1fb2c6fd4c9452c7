#pragma once

#include <string>
#include <vector>

#include "messages/calls.hpp"
#include "messages/queries.hpp"

/// What people read: listings as rows of a table, by type the head and an entry's cells, and calls.
namespace entente {

using row = std::vector<std::string>;

row head(const agent_entry&);
row cells(const agent_entry& x);
row head(const framework_entry&);
row cells(const framework_entry& x);
row head(const task_entry&);
row cells(const task_entry& x);
/// With what it uses.
row usage_head();
row usage_cells(const task_entry& x);
row head(const offer&);
row cells(const offer& x);
row head(const offer_record&);
row cells(const offer_record& x);
row head(const claim_entry&);
row cells(const claim_entry& x);
row head(const pool_entry&);
row cells(const pool_entry& x);
row head(const role_entry&);
row cells(const role_entry& x);

/// In a line what a call has done that the master has taken.
std::string line_of(const set_quota& x);
std::string line_of(const remove_quota& x);
std::string line_of(const set_weight& x);
std::string line_of(const reserve_resources& x);
std::string line_of(const unreserve_resources& x);
std::string line_of(const drain_agent& x);
std::string line_of(const undrain_agent& x);

/// "draining, 42s left"
std::string state_text(const agent_entry& x);
/// "RUNNING, healthy"
std::string state_text(const task_entry& x);

/// "1.5/4": how much of a scalar is used.
std::string used_of(const resources& used, const resources& total, const char* name);

}  // namespace entente
