// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

// Package iamsim is an AWS IAM and STS endpoint in memory. It speaks the AWS Query protocol over HTTP, so that the real
// SDK and the AWS CLI work against it, and it is strict where AWS is strict: names, documents, quotas, deletion order,
// principals. On demand it is also as unpleasant as AWS: slow, throttled, eventually consistent, failing.
//
// It is made of packages that know each other in one direction:
//
//	wire       the Query protocol: parameters, constraints, pages, XML, errors
//	access     policy documents, and what they decide
//	store      accounts: immutable entities, the states that they make up, and earlier ones that reads may see
//	catalogue  what AWS brings along: managed policies, service-linked roles
//	actions    what each action of IAM and STS does
//	calls      the log of calls
//	levers     faults and settings, in Go and over HTTP
//	queue      SQS queues, and the events of CloudTrail in them
//
// This package puts them together and is all that tests need.
//
// While it serves, its levers can be pulled over HTTP; package levers says how and has a client.
//
// Callers are who their access key says; signatures are not checked. Long-term credentials may do everything. Sessions
// of assumed roles may too, until Sim.SetPolicyEnforcement has them judged by the policies of the role, its boundary
// and the session, with the condition keys of IAM's own actions. Service control policies and resource policies other
// than trust policies do not exist here.
package iamsim
