#pragma once

#include <algorithm>
#include <caf/actor_cast.hpp>
#include <caf/actor_clock.hpp>
#include <caf/actor_system.hpp>
#include <caf/error.hpp>
#include <caf/message.hpp>
#include <caf/message_id.hpp>
#include <caf/type_id.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dice.hpp"
#include "host.hpp"
#include "proxy.hpp"
#include "trace.hpp"

namespace entente::simulation {

/// What a network does to messages between hosts. None of it happens to down and exit messages.
struct faults {
  unsigned drop = 0;       ///< per mille of messages that are lost
  unsigned duplicate = 0;  ///< per mille of messages that arrive twice
  unsigned delay = 0;      ///< per mille of messages, and of second copies, that take time
  std::chrono::milliseconds shortest{1};   ///< how long these take, at least
  std::chrono::milliseconds longest{100};  ///< at most
  bool in_order = false;  ///< a message waits for those sent before it from host to host, as in TCP
};

/// Hosts, the actors that live on them, and faulty links between each two hosts.
///
/// Actors of all hosts are actors of one system. An actor holds handles of its own host's actors,
/// and proxies for all others; on the way, a message's sender and the handles in it are replaced
/// by what stands for them on the receiving host: a proxy, or the actor itself if it lives there.
/// One actor has one proxy per host at a time, so that equal handles stay equal.
///
/// Messages from host to host that are not delayed arrive in the order in which they were sent.
/// Messages within a host do not come here. Everything runs in one thread. Hosts crash and
/// links change only between two steps of the simulation, never from within an actor.
class network {
public:
  using time_point = caf::actor_clock::time_point;

  /// All must outlive the network.
  network(caf::actor_system& system, dice& chance, trace& log);
  network(const network&) = delete;
  network& operator=(const network&) = delete;

  // -- hosts ------------------------------------------------------------------------

  host add_host(std::string name);

  const std::string& name(host x) const { return hosts_.at(x).name; }
  bool alive(host x) const { return hosts_.at(x).alive; }
  /// How often the host was started anew.
  std::uint32_t life(host x) const { return hosts_.at(x).life; }

  /// Says that the actor lives on the host, which it will not leave. The second word on an actor
  /// is not heard.
  void settle(const caf::strong_actor_ptr& actor, host where);

  std::optional<residence> find(caf::actor_id actor) const;

  /// Kills all actors of the host at once: nothing that they do in dying gets out. Other hosts
  /// lose their proxies for them, those behind a silent cut when it heals. What is on its way from
  /// or to the host is lost.
  void crash(host x);

  /// Gives a crashed host its next life, without actors.
  void restart(host x);

  /// Crashes all hosts and kills all proxies: the end of the simulation.
  void shut_down();

  // -- handles ----------------------------------------------------------------------

  /// What stands on `here` for the actor, which lives on `there`: the actor itself, or a proxy. If
  /// the actor's host has crashed since, the proxy is dead from the start.
  caf::strong_actor_ptr stand_in(host here, const caf::strong_actor_ptr& actor, host there);

  template <class Handle>
  Handle stand_in(host here, const Handle& actor, host there) {
    return caf::actor_cast<Handle>(
      stand_in(here, caf::actor_cast<caf::strong_actor_ptr>(actor), there));
  }

  /// Messages may hold handles of this type, as elements of their own. `caf::actor` and
  /// `caf::strong_actor_ptr` need not be said.
  template <class Handle>
  void carry() {
    translators_[caf::type_id_v<Handle>] = [](caf::message& x, std::size_t i, const translator& f) {
      auto& handle = x.get_mutable_as<Handle>(i);
      handle = caf::actor_cast<Handle>(f(caf::actor_cast<caf::strong_actor_ptr>(handle)));
    };
  }

  // -- links ------------------------------------------------------------------------

  void set_faults(const faults& x) { faults_ = x; }

  /// Everything from and to the host takes up to as long in addition; 0: no more.
  void slow_down(host x, std::chrono::milliseconds most) { hosts_.at(x).slow = most; }

  enum class fate : std::uint8_t { departs, departs_twice, is_lost };

  /// Hears of every message between hosts, but of no down and exit messages.
  void observe(std::function<void(const caf::message&, fate)> observer) {
    observer_ = std::move(observer);
  }

  /// Hears of every actor that has ended by an exception: its name.
  void on_exception(std::function<void(const std::string&)> listener) {
    on_exception_ = std::move(listener);
  }

  /// Every message is written to bytes and read again; one that cannot be is a std::logic_error.
  void use_wire_format() { wire_ = true; }

  /// From now on messages between the two are lost, and nobody notices. Down and exit messages
  /// wait.
  void cut(host a, host b);

  /// The same, and both sides notice: proxies of the one for the other die, what is on its way is
  /// lost, down and exit messages too.
  void sever(host a, host b);

  /// Ends a cut. Where proxies have died, new ones are made as messages arrive, or are asked for.
  void heal(host a, host b);
  void heal_all();

  bool connected(host a, host b) const { return !cuts_.contains(std::minmax(a, b)); }

  // -- for the scheduler and the proxies ----------------------------------------------

  /// Takes a message on its way.
  void send(const proxy& via, caf::strong_actor_ptr sender, caf::message_id mid,
            caf::message payload);

  /// Takes the news on its way that a proxy's target has ended.
  void send_end(const proxy& of, const caf::error& reason);

  /// How many messages have arrived at their hosts and wait to be delivered.
  std::size_t arrived();

  /// Delivers one of those that have arrived, in order from host to host.
  /// @pre `which < arrived()`
  void deliver(std::size_t which);

  /// When the next message arrives that has not yet.
  std::optional<time_point> next_arrival() const;

private:
  struct host_state {
    std::string name;
    bool alive = true;
    std::uint32_t life = 0;
    std::chrono::milliseconds slow{0};
    std::vector<caf::weak_actor_ptr> actors;
    std::size_t look_again = 64;  ///< number of actors at which the dead are forgotten
  };

  /// A message on its way, or the news that an actor is gone.
  struct flight {
    host from;
    host to;
    caf::strong_actor_ptr target;  ///< the actor itself; for the news, the proxy to kill
    caf::strong_actor_ptr sender;
    caf::message_id mid;
    caf::message payload;
    std::optional<caf::error> end;  ///< of the actor: then this is the news
    bool is_system() const;
    bool is_between(host a, host b) const;
  };

  using translator = std::function<caf::strong_actor_ptr(const caf::strong_actor_ptr&)>;
  using translate_handle = void (*)(caf::message&, std::size_t, const translator&);
  using proxy_key = std::pair<host, caf::actor_id>;

  time_point now() const { return system_.clock().now(); }
  residence current(host x) const { return {x, hosts_[x].life}; }
  bool is_gone(const residence& x) const;

  // -- sending and arriving
  void depart(flight x);
  time_point arrival_of(const flight& x);
  void arrive(flight x);
  void kill_by_news(const flight& x);
  void note(std::string_view event, const flight& x);
  void observe(const flight& x, fate what);
  void lose_flights(const std::function<bool(const flight&)>& matches);

  // -- handles in messages
  caf::strong_actor_ptr translate(const caf::strong_actor_ptr& x, host from, host to);
  void translate(caf::message& x, host from, host to);
  void through_wire(caf::message& x, std::size_t i);

  // -- proxies
  caf::strong_actor_ptr make_proxy(host here, const caf::strong_actor_ptr& actor, residence home);
  void kill_proxies(const std::function<bool(const proxy&)>& matches);
  void kill_actors(host x);
  void forget_dead(host_state& x);

  caf::actor_system& system_;
  dice& dice_;
  trace& trace_;
  faults faults_;
  std::function<void(const caf::message&, fate)> observer_;
  std::function<void(const std::string&)> on_exception_;
  bool wire_ = false;
  std::vector<host_state> hosts_;
  std::vector<std::optional<residence>> homes_;  ///< by actor id
  std::set<std::pair<host, host>> cuts_;         ///< the lesser host first
  std::map<proxy_key, caf::strong_actor_ptr> proxies_;
  std::map<std::pair<host, host>, time_point> last_arrival_;
  std::uint64_t departed_ = 0;
  std::map<std::pair<time_point, std::uint64_t>, flight> under_way_;
  std::vector<flight> arrived_;
  std::vector<flight> held_;  ///< system messages on cut links
  std::unordered_map<caf::type_id_t, translate_handle> translators_;
};

}  // namespace entente::simulation
