#include "network.hpp"

#include <csignal>
#include <filesystem>
#include <optional>
#include <unistd.h>

namespace entente::test {

namespace {

constexpr auto common_prefix = "entente-test-";

ending sh(const std::string& script) {
  return program{{"/bin/sh", "-c", script}, {}}.wait();
}

void must(const std::string& script) {
  auto x = sh(script);
  BOOST_REQUIRE_MESSAGE(x.code == 0, script << ": " << x);
}

/// Namespaces are named after the process that has made them.
void remove_forgotten() {
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator{"/run/netns", none}) {
    auto name = entry.path().filename().string();
    if (!name.starts_with(common_prefix))
      continue;
    auto maker = std::stoi("0" + name.substr(std::string{common_prefix}.size()));
    if (::kill(maker, 0) != 0)
      sh("ip netns del " + name);
  }
}

/// The first line of why the script fails; nothing if it does not.
std::optional<std::string> why_not(const std::string& what, const std::string& script) {
  auto x = sh(script);
  if (x.code == 0)
    return std::nullopt;
  return what + ": " + x.err.substr(0, x.err.find('\n'));
}

std::string probe_name() {
  return std::string{common_prefix} + std::to_string(::getpid()) + "-probe";
}

std::optional<std::string> missing_network() {
  auto x = probe_name();
  auto in_it = "ip -n " + x + " link add ";
  auto why = why_not("no network namespaces (ip netns add)", "ip netns add " + x);
  if (!why)
    why = why_not("no bridges (ip link add type bridge)", in_it + "b0 type bridge");
  if (!why)
    why = why_not("no veth pairs (ip link add type veth)", in_it + "v0 type veth peer name v1");
  sh("ip netns del " + x);
  return why;
}

std::optional<std::string> missing_filter() {
  auto x = probe_name();
  sh("ip netns add " + x);
  auto why = why_not("no packet filter with random numbers (nft, numgen)",
                     "ip netns exec " + x +
                       " nft 'add table inet t; add chain inet t c { type filter hook output "
                       "priority 0; }; add rule inet t c numgen random mod 100 < 10 drop'");
  sh("ip netns del " + x);
  return why;
}

boost::test_tools::assertion_result unless(const std::optional<std::string>& why) {
  boost::test_tools::assertion_result result{!why};
  if (why)
    result.message() << *why;
  return result;
}

}  // namespace

boost::test_tools::assertion_result there_can_be_a_network(boost::unit_test::test_unit_id) {
  return unless(missing_network());
}

boost::test_tools::assertion_result packets_can_be_lost(boost::unit_test::test_unit_id) {
  return unless(missing_filter());
}

network::network(std::size_t hosts)
    : prefix_(common_prefix + std::to_string(::getpid()) + "-"), hosts_(hosts) {
  remove_forgotten();
  auto bridge = name_of_switch();
  must("ip netns add " + bridge + " && ip -n " + bridge + " link add br0 type bridge && ip -n " +
       bridge + " link set br0 up");
  for (std::size_t i = 1; i <= hosts_; ++i) {
    auto host = name(i);
    auto port = "p" + std::to_string(i);
    must("ip netns add " + host + " && ip -n " + bridge + " link add " + port +
         " type veth peer name eth0 netns " + host + " && ip -n " + bridge + " link set " + port +
         " master br0 up && ip -n " + host + " addr add " + address(i) + "/24 dev eth0 && ip -n " +
         host + " link set eth0 up && ip -n " + host + " link set lo up");
  }
}

network::~network() {
  for (std::size_t i = 1; i <= hosts_; ++i)
    sh("ip netns del " + name(i));
  sh("ip netns del " + name_of_switch());
}

std::string network::name(std::size_t host) const {
  return prefix_ + std::to_string(host);
}

std::string network::name_of_switch() const {
  return prefix_ + "switch";
}

/// Not `ip netns exec`: it would hide the control groups.
strings network::prefix(std::size_t host) const {
  return {"nsenter", "--net=/run/netns/" + name(host)};
}

void network::set_link(std::size_t host, const char* state) const {
  must("ip -n " + name_of_switch() + " link set p" + std::to_string(host) + ' ' + state);
}

void network::drop(std::size_t host, const std::string& when) const {
  must("ip netns exec " + name(host) +
       " nft 'add table inet cut; flush table inet cut; add chain inet cut out { type filter hook "
       "output priority 0; }; add rule inet cut out oifname eth0 " +
       when + " drop'");
}

void network::silence(std::size_t host) const {
  drop(host, "");
}

void network::lose(std::size_t host, int percent) const {
  drop(host, "numgen random mod 100 < " + std::to_string(percent));
}

void network::clear(std::size_t host) const {
  must("ip netns exec " + name(host) + " nft 'add table inet cut; delete table inet cut'");
}

}  // namespace entente::test
