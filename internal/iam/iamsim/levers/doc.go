// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package levers holds the switches that make the simulator unpleasant: faults, which concern some calls, and settings,
// which concern all of them. Tests pull them in Go through iamsim.Sim. Whoever runs the simulator as a process pulls
// them over HTTP, at the endpoint of IAM itself, with Client or by hand:
//
//	GET    /_iamsim/faults        the faults in force, the oldest first
//	POST   /_iamsim/faults        adds a fault and answers it with its id
//	DELETE /_iamsim/faults        ends all faults
//	DELETE /_iamsim/faults/{id}   ends one
//	GET    /_iamsim/settings      the settings in force
//	PATCH  /_iamsim/settings      changes those that the body names
//	DELETE /_iamsim/settings      puts all back: no latency, limit, lag, page limit or enforcement
//
// Bodies are JSON: a Fault, a list of them, Settings. Durations are written as Go writes them ("1.5s"). A request that
// cannot be understood is answered 400 with a sentence in plain text; nothing has changed then. For instance, to
// throttle the next three calls that write inline policies, and to answer every read a second late:
//
//	curl -d '{"action": "Put*Policy", "code": "Throttling", "times": 3}' localhost:4566/_iamsim/faults
//	curl -d '{"action": "Get*", "delay": "1s"}' localhost:4566/_iamsim/faults
//
// There is no authentication: the simulator listens on the loopback interface and holds nothing.
package levers
