#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>

#include "network.hpp"

namespace entente::test {

/// A master on host 1, agents on the hosts after it, and clients on the last, each with an address
/// of its own: what the members that it inherits start runs there.
class spread_hosts : public cluster_user {
public:
  explicit spread_hosts(std::size_t agents);
  spread_hosts() : spread_hosts(4) {}

  network net;

  void start_master(std::size_t host);
  void kill_master();
  void start_agent(std::size_t host);
  void kill_agent(std::size_t host);
  program& agent(std::size_t host) { return *agents_.at(host); }

  /// Waits until the agent on the host is in the state.
  void wait_for_agent(std::size_t host, const std::string& state) const;
  /// Waits until all agents are registered.
  void wait_for_agents() const;

  std::size_t agents() const noexcept { return number_of_agents_; }

private:
  program start_on(std::size_t host, const strings& arguments);

  std::size_t number_of_agents_;
  std::string config_;
  std::unique_ptr<program> master_;
  std::map<std::size_t, std::unique_ptr<program>> agents_;
};

}  // namespace entente::test
