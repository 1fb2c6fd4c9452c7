#include "actors/transport/connector_impl.hpp"

#include <caf/actor_cast.hpp>
#include <caf/event_based_actor.hpp>
#include <caf/io/basp_broker.hpp>
#include <caf/io/middleman.hpp>
#include <caf/make_counted.hpp>
#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>
#include <map>
#include <tuple>
#include <utility>
#include <vector>

#include "actors/transport/dial.hpp"
#include "actors/transport/sockets.hpp"
#include "actors/transport/wire_scribe.hpp"

namespace entente {

namespace {

using namespace std::chrono_literals;

/// For the connection and its TLS.
constexpr auto dial_limit = 5s;
/// For the other end to say who it is.
constexpr auto introduction_limit = 5s;
/// Longer than both, and than most resolvers.
constexpr auto dialer_limit = 60s;
/// Between two looks at what has had its time.
constexpr auto look_pause = 500ms;
/// Strangers may come by the thousand: the operator is told of one at once, and then of those
/// of so many looks together.
constexpr int looks_between_warnings = 20;

using names = std::set<std::string>;
using promise = caf::typed_response_promise<caf::node_id, caf::strong_actor_ptr, names>;
using found = std::tuple<caf::node_id, caf::strong_actor_ptr, names>;
using place = std::pair<std::string, std::uint16_t>;

caf::error cannot(std::string why) {
  return caf::make_error(caf::sec::runtime_error, std::move(why));
}

caf::actor broker_of(caf::actor_system& system) {
  return system.middleman().named_broker<caf::io::basp_broker>("BASP");
}

/// One attempt to connect. It blocks, so it has a thread of its own, and lasts for that attempt.
struct dialer {
  caf::event_based_actor* self;
  connector_parts parts;

  caf::result<caf::node_id, caf::strong_actor_ptr, names> connect(const std::string& host,
                                                                  std::uint16_t port) {
    auto result = dial({host, port}, parts.tls ? &*parts.tls : nullptr, dial_limit);
    if (auto* why = std::get_if<std::string>(&result))
      return fail(std::move(*why));
    auto& connection = std::get<dialled>(result);
    auto id = parts.table->add(connection.socket.value(), self->clock().now());
    if (id == 0)
      return fail("this process has too many connections");
    return introduce(std::move(connection), id, port);
  }

  caf::error fail(std::string why) {
    self->quit();
    return cannot(std::move(why));
  }

  /// Hands the connection to CAF, which exchanges handshakes.
  caf::result<caf::node_id, caf::strong_actor_ptr, names>
  introduce(dialled connection, connection_table::id id, std::uint16_t port) {
    auto& multiplexer =
      static_cast<caf::io::network::default_multiplexer&>(self->system().middleman().backend());
    auto report = std::make_shared<connection_report>();
    auto scribe = caf::make_counted<wire_scribe>(
      multiplexer, wire_scribe::parts{std::move(connection.socket), std::move(connection.tls),
                                      connection_side::connecting, parts.table, id, report});
    auto answer = self->make_response_promise<caf::node_id, caf::strong_actor_ptr, names>();
    self
      ->request(broker_of(self->system()), introduction_limit, caf::connect_atom_v,
                caf::io::scribe_ptr{std::move(scribe)}, port)
      .then(
        [answer, me = self](caf::node_id& node, caf::strong_actor_ptr& actor, names& x) mutable {
          answer.deliver(node, actor, x);
          me->quit();
        },
        [answer, report, id, table = parts.table, me = self](const caf::error& err) mutable {
          table->drop(id);
          answer.deliver(cannot(describe(err, report->why())));
          me->quit();
        });
    return answer;
  }

  static std::string describe(const caf::error& err, const std::string& noted) {
    if (!noted.empty())
      return noted;
    if (err == caf::sec::request_timeout)
      return "no answer";
    return "it closes the connection without a word: it may want TLS, or be no Entente master";
  }
};

caf::behavior dialer_behavior(caf::event_based_actor* self, const connector_parts& parts) {
  return {[self, parts](caf::connect_atom, const std::string& host, std::uint16_t port) {
    return dialer{self, parts}.connect(host, port);
  }};
}

using connector_impl_actor = connector_actor::extend<
  // Look at what has had its time.
  caf::result<void>(caf::tick_atom)>;

struct connector_state {
  connector_impl_actor::pointer self;
  connector_parts parts;
  std::map<place, found> known;
  std::map<place, std::vector<promise>> waiting;
  int looks = looks_between_warnings;  ///< since the operator was told something

  connector_state(connector_impl_actor::pointer self_ptr, connector_parts x)
      : self(self_ptr), parts(std::move(x)) {}

  connector_impl_actor::behavior_type make_behavior() {
    // Who answers what was no question must not end this.
    self->set_error_handler([](const caf::error&) {});
    self->set_down_handler([this](const caf::down_msg& x) { forget(x.source); });
    self->delayed_send(self, look_pause, caf::tick_atom_v);
    return {
      [this](caf::connect_atom, const std::string& host, std::uint16_t port) {
        return connect({host, port});
      },
      [this](caf::tick_atom) { look(); },
    };
  }

  caf::result<caf::node_id, caf::strong_actor_ptr, names> connect(const place& where) {
    auto answer = self->make_response_promise<caf::node_id, caf::strong_actor_ptr, names>();
    if (auto there = known.find(where); there != known.end()) {
      auto [node, actor, interface] = there->second;
      answer.deliver(std::move(node), std::move(actor), std::move(interface));
      return answer;
    }
    auto& others = waiting[where];
    others.push_back(answer);
    if (others.size() == 1)
      dial_to(where);
    return answer;
  }

  void dial_to(const place& where) {
    auto worker = self->spawn<caf::detached + caf::hidden>(dialer_behavior, parts);
    self->request(worker, dialer_limit, caf::connect_atom_v, where.first, where.second)
      .then(
        [this, where](caf::node_id& node, caf::strong_actor_ptr& actor, names& x) {
          on_found(where, {node, actor, x});
        },
        [this, where](caf::error& err) {
          for (auto& x : std::exchange(waiting[where], {}))
            x.deliver(err);
        });
  }

  void on_found(const place& where, const found& x) {
    if (const auto& actor = std::get<1>(x)) {
      self->monitor(actor);
      known[where] = x;
    }
    for (auto& waits : std::exchange(waiting[where], {})) {
      auto [node, actor, interface] = x;
      waits.deliver(std::move(node), std::move(actor), std::move(interface));
    }
  }

  void forget(const caf::actor_addr& gone) {
    std::erase_if(known, [&](const auto& x) { return std::get<1>(x.second) == gone; });
  }

  void look() {
    parts.table->expire(self->clock().now());
    if (++looks > looks_between_warnings)
      warn_of_refusals();
    self->delayed_send(self, look_pause, caf::tick_atom_v);
  }

  void warn_of_refusals() {
    auto refusals = parts.table->take_refusals();
    if (!parts.warn || refusals.count == 0)
      return;
    looks = 0;
    auto many = refusals.count == 1
                  ? std::string{"a connection was closed: "}
                  : std::to_string(refusals.count) + " connections were closed, the last of them: ";
    parts.warn(many + refusals.last);
  }
};

using connector = connector_impl_actor::stateful_impl<connector_state>;

}  // namespace

connector_actor spawn_connector(caf::actor_system& system, connector_parts parts) {
  return system.spawn<connector>(std::move(parts));
}

}  // namespace entente
