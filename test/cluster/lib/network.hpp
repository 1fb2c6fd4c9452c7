#pragma once

#include <boost/test/unit_test.hpp>
#include <cstddef>
#include <string>

#include "../support.hpp"

namespace entente::test {

/// Hosts with addresses of their own on one machine: network namespaces, each joined by a veth pair
/// to a bridge in a namespace of its own. Removed when it is destroyed; what an earlier test that
/// was killed has left is removed by the next.
///
/// Source: ip-netns(8), nft(8). Needs root (CAP_NET_ADMIN and CAP_SYS_ADMIN), bridges and veth.
class network {
public:
  explicit network(std::size_t hosts);
  ~network();
  network(const network&) = delete;
  network& operator=(const network&) = delete;

  /// `10.77.0.N` of host N, from 1 on.
  static std::string address(std::size_t host) { return "10.77.0." + std::to_string(host); }

  /// What to put before a command that is to run on the host.
  strings prefix(std::size_t host) const;

  /// As if its cable was pulled out: both ways.
  void cut(std::size_t host) const { set_link(host, "down"); }
  void heal(std::size_t host) const { set_link(host, "up"); }

  /// What the host sends is lost on its way; what is sent to it arrives.
  void silence(std::size_t host) const;
  /// Of what it sends, so many percent are lost.
  void lose(std::size_t host, int percent) const;
  /// Ends silence and loss.
  void clear(std::size_t host) const;

private:
  std::string name(std::size_t host) const;
  std::string name_of_switch() const;
  void set_link(std::size_t host, const char* state) const;
  /// What the host sends is dropped if the expression of nft(8) says so.
  void drop(std::size_t host, const std::string& when) const;

  std::string prefix_;
  std::size_t hosts_;
};

/// Preconditions of tests, which are skipped, and say what is missing, where these do not hold.
boost::test_tools::assertion_result there_can_be_a_network(boost::unit_test::test_unit_id);
/// One way, or at random.
boost::test_tools::assertion_result packets_can_be_lost(boost::unit_test::test_unit_id);

}  // namespace entente::test
