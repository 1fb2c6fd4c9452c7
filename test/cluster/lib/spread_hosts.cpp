#include "spread_hosts.hpp"

#include <algorithm>
#include <csignal>
#include <utility>

namespace entente::test {

namespace {

constexpr auto config_text = R"({
  "insecure": true,
  "master": {"agent_timeout": "6s"},
  "agent": {"masters": ["10.77.0.1:5060", "10.77.0.2:5060"], "limits": "off",
            "resources": {"cpus": 4, "mem": "2GB"}}
})";

std::string id_of(std::size_t host) {
  return "host" + std::to_string(host);
}

}  // namespace

spread_hosts::spread_hosts(std::size_t agents)
    : net(agents + 2), number_of_agents_(agents), config_(write("hosts.json", config_text)) {
  launcher = net.prefix(agents + 2);
  start_master(1);
  for (std::size_t i = 0; i < agents; ++i)
    start_agent(2 + i);
  wait_for_agents();
}

program spread_hosts::start_on(std::size_t host, const strings& arguments) {
  auto clients = std::exchange(launcher, net.prefix(host));
  auto result = start(arguments);
  launcher = std::move(clients);
  return result;
}

void spread_hosts::start_master(std::size_t host) {
  master_ = std::make_unique<program>(
    start_on(host, {"master", "--config", config_, "--listen", network::address(host) + ":5060",
                    "--work-dir", path("master")}));
  use_master_of(*master_);
}

void spread_hosts::kill_master() {
  master_->signal(SIGKILL);
  master_->wait();
}

void spread_hosts::start_agent(std::size_t host) {
  env["ENTENTE_AGENT_ADVERTISE"] = id_of(host);
  agents_[host] = std::make_unique<program>(start_on(
    host, {"agent", "--config", config_, "--work-dir", path("agent-" + std::to_string(host))}));
  env.erase("ENTENTE_AGENT_ADVERTISE");
  agents_[host]->first_line();
}

void spread_hosts::kill_agent(std::size_t host) {
  agents_.at(host)->signal(SIGKILL);
  agents_.at(host)->wait();
}

void spread_hosts::wait_for_agent(std::size_t host, const std::string& state) const {
  wait_for("agents", [&](const json& all) {
    return std::ranges::any_of(all, [&](const json& x) {
      return x.at("hostname") == id_of(host) && x.at("state") == state;
    });
  });
}

void spread_hosts::wait_for_agents() const {
  for (std::size_t i = 0; i < number_of_agents_; ++i)
    wait_for_agent(2 + i, "registered");
}

}  // namespace entente::test
