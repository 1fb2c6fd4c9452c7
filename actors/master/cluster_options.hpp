#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "actors/allocator/role_options.hpp"
#include "config/config.hpp"
#include "messages/resources.hpp"

namespace entente {

/// What a master is started with.
struct cluster_options {
  std::string name = "entente";
  std::string version;
  /// Starts every framework id; must differ between two lives of a master.
  std::string id_prefix;
  /// How long a framework may think about an offer. For as long again it is not offered what it
  /// has kept in vain.
  std::chrono::milliseconds offer_timeout{30'000};
  /// Offers are made at most this often.
  std::chrono::milliseconds offer_interval{0};
  /// An offer has at least one of these scalars; empty: anything at all.
  resources min_offer{};
  /// The attribute over whose values a framework's offers are spread; empty: none.
  std::string fault_domain{};
  std::map<std::string, role_options> roles{};
  /// How long before its end a preempted grant's framework is told.
  std::chrono::milliseconds preemption_notice{30'000};
  /// After how long without a word, or without a connection, an agent is unreachable.
  std::chrono::milliseconds agent_timeout{75'000};
  /// How often agents and frameworks tell all that they have.
  std::chrono::milliseconds report_interval{15'000};
  /// How many agents may register in a second; 0: no limit. See admission.
  std::uint64_t registration_rate = 2'000;
  /// How many ended tasks, and how many ended claims, are kept for listings.
  std::size_t ended_tasks_kept = 2'000;
  agreement_config agreement{};
  std::map<std::string, resources> slot_classes{};
  /// Frameworks are told of changes of the pool at most this often.
  std::chrono::milliseconds pool_interval{200};
};

/// Why a call was refused, for people.
struct refusal {
  std::string message;
};

}  // namespace entente
