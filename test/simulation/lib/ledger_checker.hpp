#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "actors/agent/agent_book.hpp"
#include "machine.hpp"
#include "verdict.hpp"

namespace entente::simulation {

/// Verifies all agents' ledgers whenever they change, and remembers which parts of grants agents
/// have had, to compare with what frameworks are told. Sums are added up anew from what a ledger
/// says that it has, and from what runs on the machine: the ledger's own sums are not trusted.
class ledger_checker {
public:
  explicit ledger_checker(verdict& result) : result_(result) {}

  /// P1: after everything that an agent does.
  void audit(const agent_id& agent, const agent_book& book, const machine& where);

  /// P2: a framework is told a grant: of all its slots, and each was confirmed before.
  void check_told(const claim& wanted, const grant& told);

private:
  using place = std::pair<agent_id, std::uint32_t>;
  /// All that agents have ever said of a grant.
  struct known_grant {
    std::vector<grant_member> members;
    framework_id framework;
    claim_id claim;
    resources limits;
    std::map<place, std::vector<std::uint16_t>> ports;  ///< of each slot that was confirmed
  };

  void check_sums(const agent_id& agent, const agent_book& book);
  void check_machine(const agent_id& agent, const agent_book& book, const machine& where);
  void remember(const agent_id& agent, const grant_part& part);

  verdict& result_;
  std::map<grant_id, known_grant> grants_;
};

/// What a slot takes.
resources taken_by(const resources& limits, const std::vector<std::uint16_t>& ports);

}  // namespace entente::simulation
